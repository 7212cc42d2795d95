using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>The link that a new link replaces, and why.</summary>
/// <param name="FirstLink">
/// The id of the first link between the two ranks in this communicator. It distinguishes this communicator from an earlier one with the
/// same id, whose calls must not replace this one's links.
/// </param>
/// <param name="Number">
/// The number of the attempt, which the initiator counts from 1. A later attempt supersedes an earlier one, never the reverse.
/// </param>
/// <param name="Cause">Why the link is replaced.</param>
/// <param name="Operation">The first operation that the new link carries: the initiator's current or next one.</param>
internal sealed record ReplacedLink(ReadOnlyMemory<byte> FirstLink, ulong Number, LinkCauseCode Cause, ulong Operation)
{
    /// <summary>Returns whether a code from the wire is a valid cause for a replacement.</summary>
    public static bool IsCause(uint code) =>
        code is not (uint)LinkCauseCode.Opening and <= byte.MaxValue && Enum.IsDefined((LinkCauseCode)code);
}
