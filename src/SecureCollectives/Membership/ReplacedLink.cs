using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>The link that another link replaces.</summary>
/// <param name="FirstLink">
/// The id of the first link between the two ranks in this communicator. It distinguishes this communicator from an earlier one of the same
/// id, whose calls replace nothing here.
/// </param>
/// <param name="Number">The number of the attempt, counted by the initiator from 1. A later attempt replaces an earlier one, never the
/// other way round.</param>
/// <param name="Cause">Why the link is replaced.</param>
/// <param name="Operation">The first operation that the new link carries: the initiator's current or next one.</param>
internal sealed record ReplacedLink(ReadOnlyMemory<byte> FirstLink, ulong Number, LinkCauseCode Cause, ulong Operation)
{
    /// <summary>Returns whether a code from the wire is a cause of a replacement.</summary>
    public static bool IsCause(uint code) =>
        code is not (uint)LinkCauseCode.Opening and <= byte.MaxValue && Enum.IsDefined((LinkCauseCode)code);
}
