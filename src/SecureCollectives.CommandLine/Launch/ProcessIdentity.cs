namespace SecureCollectives.CommandLine.Launch;

/// <summary>A process that is not taken for a later one of the same number.</summary>
/// <param name="Id">Its number.</param>
/// <param name="StartTime">In the kernel's ticks since boot.</param>
internal sealed record ProcessIdentity(int Id, string StartTime)
{
    /// <summary>Null where there is no such process.</summary>
    public static ProcessIdentity? Of(int id) =>
        ProcessTree.FieldsOf(id) is { } fields ? new ProcessIdentity(id, fields[ProcessTree.StartTimeField]) : null;

    /// <summary>Whether it runs; one that has ended and waits to be reaped does not.</summary>
    public bool Exists() =>
        ProcessTree.FieldsOf(Id) is { } fields && fields[ProcessTree.StartTimeField] == StartTime
            && fields[ProcessTree.StateField] is not ("Z" or "X");
}
