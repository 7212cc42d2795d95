namespace SecureCollectives.CommandLine.Launch;

/// <summary>Identifies a process, as distinct from a later process with the same id.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">Its start time in clock ticks since boot, as shown in /proc/PID/stat.</param>
internal sealed record ProcessIdentity(int Id, string StartTime)
{
    /// <summary>Returns null if there is no such process.</summary>
    public static ProcessIdentity? Of(int id) =>
        ProcessTree.FieldsOf(id) is { } fields ? new ProcessIdentity(id, fields[ProcessTree.StartTimeField]) : null;

    /// <summary>Returns whether the process is running. A process that has ended but has not been reaped is not.</summary>
    public bool Exists() =>
        ProcessTree.FieldsOf(Id) is { } fields && fields[ProcessTree.StartTimeField] == StartTime
            && fields[ProcessTree.StateField] is not ("Z" or "X");
}
