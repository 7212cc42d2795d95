using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>What a link replaces.</summary>
/// <param name="FirstLink">
/// The id of the first link between the two ranks in this communicator. It tells this communicator from an earlier one of the same name:
/// what is left over of that replaces nothing here.
/// </param>
/// <param name="Number">Which attempt this is, counted by the initiator from 1: a later one takes the place of an earlier, never the other
/// way round.</param>
/// <param name="Cause">Why.</param>
/// <param name="Operation">The first operation that the new link carries: the initiator's, the one at hand or next.</param>
internal sealed record ReplacedLink(ReadOnlyMemory<byte> FirstLink, ulong Number, LinkCauseCode Cause, ulong Operation)
{
    /// <summary>Whether a number on the wire says why a link is replaced.</summary>
    public static bool IsCause(uint code) =>
        code is not (uint)LinkCauseCode.Opening and <= byte.MaxValue && Enum.IsDefined((LinkCauseCode)code);
}
