namespace SecureCollectives.Membership;

/// <summary>Identifies a link of this worker, by values that both of its ends know.</summary>
/// <param name="Communicator">The communicator's id.</param>
/// <param name="Channel">The channel of the communicator, from 0.</param>
/// <param name="Peer">The rank at the other end.</param>
internal readonly record struct LinkKey(string Communicator, int Channel, int Peer);
