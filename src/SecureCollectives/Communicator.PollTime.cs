using SecureCollectives.Transport.Loops;

namespace SecureCollectives;

/// <content>What measurements ask of the loop.</content>
public sealed partial class Communicator
{
    /// <summary>Counts the loop's passes without progress while it is set. Set it between operations.</summary>
    internal PollTime? PollTime
    {
        set => _loop.PollTime = value;
    }
}
