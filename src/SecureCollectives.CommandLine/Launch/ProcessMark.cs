using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>Whether a process has a variable in its environment.</summary>
internal enum ProcessMark
{
    /// <summary>It has the variable.</summary>
    Present,

    /// <summary>It does not have the variable, has ended, belongs to another user, or refuses to be traced.</summary>
    Absent,

    /// <summary>
    /// It was probably in execve(2) during the read: until the new program has started, it shows no environment or only part of it.
    /// </summary>
    Unknown,
}

/// <summary>Reads <see cref="ProcessMark"/>s from /proc.</summary>
internal static class ProcessMarks
{
    /// <param name="processId">A process that had memory a moment ago.</param>
    /// <param name="variable">The variable in the form "NAME=VALUE\0".</param>
    public static ProcessMark Read(int processId, ReadOnlySpan<byte> variable)
    {
        try
        {
            var environment = File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/environ"));
            return environment.AsSpan().IndexOf(variable) >= 0 ? ProcessMark.Present
                : IsWhole(environment.Length, processId) ? ProcessMark.Absent
                : ProcessMark.Unknown;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ProcessMark.Absent; // The process has ended, or its environment is not accessible.
        }
    }

    /// <summary>
    /// Compares the length with what the kernel says now. In execve(2) the end of the program's code is still 0; some sandboxes, such as
    /// gVisor, always say 0.
    /// </summary>
    private static bool IsWhole(int length, int processId) =>
        ProcessTree.FieldsOf(processId) is not { } fields
        || (fields[ProcessTree.CodeEndField] == "0"
            ? length > 0
            : (ulong)length == Parse(fields[ProcessTree.EnvironmentEndField]) - Parse(fields[ProcessTree.EnvironmentStartField]));

    private static ulong Parse(string field) => ulong.Parse(field, CultureInfo.InvariantCulture);
}
