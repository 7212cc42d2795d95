using SecureCollectives.Transport.Loops;

namespace SecureCollectives;

/// <content>What measurements ask of the loops.</content>
public sealed partial class Communicator
{
    /// <summary>Counts the loops' passes without progress, one for each channel, while it is set. Set it between operations.</summary>
    internal PollTime[]? PollTimes
    {
        set => _channels.Measure(value);
    }
}
