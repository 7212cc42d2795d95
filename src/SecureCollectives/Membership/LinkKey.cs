namespace SecureCollectives.Membership;

/// <summary>Which link of this worker, by what both of its ends call it.</summary>
/// <param name="Communicator">The communicator's id.</param>
/// <param name="Channel">The channel of it, from 0.</param>
/// <param name="Peer">The rank at the other end.</param>
internal readonly record struct LinkKey(string Communicator, int Channel, int Peer);
