namespace SecureCollectives.CommandLine.Launch;

/// <summary>A process as /proc shows it at one moment.</summary>
/// <param name="Parent">The process id of its parent.</param>
/// <param name="Process">The process itself.</param>
/// <param name="HasMemory">False for a process that has ended and for a kernel thread. Neither has an environment.</param>
internal readonly record struct ProcessEntry(int Parent, ProcessIdentity Process, bool HasMemory);
