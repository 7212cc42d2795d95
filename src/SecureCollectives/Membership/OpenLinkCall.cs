using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>What a call of OpenLink says that has to do with the link's keys and lanes, and what its connection proved.</summary>
/// <param name="Offer">The caller's offer; the call owns it.</param>
/// <param name="Own">This side's certificate as presented in the call's handshake.</param>
/// <param name="Caller">The caller's as observed in it.</param>
/// <param name="Positions">How far the caller has received.</param>
/// <param name="HostMark">The mark of the caller's host, where it would share memory; otherwise empty.</param>
internal sealed record OpenLinkCall(
    InitiatorOffer Offer, PeerIdentity Own, PeerIdentity Caller, LinkPositions Positions, ReadOnlyMemory<byte> HostMark);
