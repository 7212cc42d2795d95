namespace SecureCollectives.Faults;

/// <summary>
/// One opening of a communicator. An id can be opened again, and a report about an earlier instance must not end a later one.
/// </summary>
/// <param name="Id">The id by which the job knows the communicator.</param>
/// <param name="Number">The instance's number, which rank 0 assigns and sends to the others; 0 if it is not known yet.</param>
internal readonly record struct CommunicatorInstance(string Id, ulong Number)
{
    /// <summary>Returns whether both can be the same instance. If either number is unknown, the id decides.</summary>
    public bool Matches(CommunicatorInstance other) => Id == other.Id && (Number == other.Number || Number == 0 || other.Number == 0);
}
