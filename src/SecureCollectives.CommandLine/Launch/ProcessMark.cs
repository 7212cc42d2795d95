using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>Whether a process has a variable in its environment.</summary>
internal enum ProcessMark
{
    /// <summary>It has the variable.</summary>
    Present,

    /// <summary>It does not have the variable, or it belongs to another user or refuses to be traced.</summary>
    Absent,

    /// <summary>
    /// The process has ended, or was in execve(2) during the read. It shows no environment, or a part, until the new program has started.
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
        catch (UnauthorizedAccessException)
        {
            return ProcessMark.Absent;
        }
        catch (IOException)
        {
            return ProcessMark.Unknown; // The process has ended.
        }
    }

    /// <summary>Compares the length with what the kernel says now: an environment read during execve(2) is empty or cut short.</summary>
    private static bool IsWhole(int length, int processId)
    {
        if (ProcessTree.FieldsOf(processId) is not { } fields)
        {
            return false;
        }

        var end = Parse(fields[ProcessTree.EnvironmentEndField]);
        // Some sandboxes, such as gVisor, always say 0.
        return end == 0 ? length > 0 : (ulong)length == end - Parse(fields[ProcessTree.EnvironmentStartField]);
    }

    private static ulong Parse(string field) => ulong.Parse(field, CultureInfo.InvariantCulture);
}
