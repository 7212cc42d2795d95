namespace SecureCollectives.Faults;

/// <summary>One life of a communicator: an id can be opened again, and a report of an earlier life must not end a later one.</summary>
/// <param name="Id">The communicator's id.</param>
/// <param name="Number">Counted by rank 0, which tells the others; 0 where it has not been told yet.</param>
internal readonly record struct CommunicatorInstance(string Id, ulong Number)
{
    /// <summary>Whether both can be the same: of one whose number is not known yet, the id decides.</summary>
    public bool Matches(CommunicatorInstance other) => Id == other.Id && (Number == other.Number || Number == 0 || other.Number == 0);
}
