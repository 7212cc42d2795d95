using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>The parts of an OpenLink call that concern the link's keys and lanes, and the identities proved by its connection.</summary>
/// <param name="Offer">The caller's offer; the call owns it.</param>
/// <param name="Own">This side's certificate as presented in the call's handshake.</param>
/// <param name="Caller">The caller's certificate as observed in that handshake.</param>
/// <param name="Positions">The positions up to which the caller has received, one per lane.</param>
/// <param name="HostMark">The mark of the caller's host if it offers shared memory; otherwise empty.</param>
internal sealed record OpenLinkCall(
    InitiatorOffer Offer, PeerIdentity Own, PeerIdentity Caller, LinkPositions Positions, ReadOnlyMemory<byte> HostMark);
