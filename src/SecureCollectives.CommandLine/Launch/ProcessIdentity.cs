namespace SecureCollectives.CommandLine.Launch;

/// <summary>Identifies a process, and distinguishes it from a later process with the same id.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">When it started, in ticks of the kernel since boot, as /proc/PID/stat shows it.</param>
internal sealed record ProcessIdentity(int Id, string StartTime)
{
    /// <summary>Returns null if there is no such process.</summary>
    public static ProcessIdentity? Of(int id) =>
        ProcessTree.FieldsOf(id) is { } fields ? new ProcessIdentity(id, fields[ProcessTree.StartTimeField]) : null;

    /// <summary>Returns whether the process runs. A process that has ended and is not reaped yet does not.</summary>
    public bool Exists() =>
        ProcessTree.FieldsOf(Id) is { } fields && fields[ProcessTree.StartTimeField] == StartTime
            && fields[ProcessTree.StateField] is not ("Z" or "X");
}
