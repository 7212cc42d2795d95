using System.Runtime.InteropServices;
using SecureCollectives.Cli.Pki;

namespace SecureCollectives.Cli.Doctor;

/// <summary>The clock, by which certificates are judged: whether a time service keeps it, as adjtimex(2) tells.</summary>
internal static unsafe partial class ClockCheck
{
    private const string Subject = "clock";

    /// <summary>struct timex is 208 bytes on 64-bit Linux; some room for later kernels.</summary>
    private const int StructureLength = 512;

    private const int NotSynchronised = 5;

    public static Finding Examine(TimeProvider time)
    {
        var structure = stackalloc byte[StructureLength];
        new Span<byte>(structure, StructureLength).Clear();
        var now = UtcTime.Text(time.GetUtcNow());
        return Adjust(structure) switch
        {
            NotSynchronised => Finding.Warning(Subject, $"It is {now}, and no time service keeps it.",
                "Run chrony or systemd-timesyncd on the host: certificates are refused where clocks differ."),
            < 0 => Finding.Warning(Subject, $"It is {now}; the system does not tell whether a time service keeps it.",
                "Compare it with the clocks of the other hosts."),
            _ => Finding.Good(Subject, $"It is {now}, and a time service keeps it."),
        };
    }

    /// <summary>With no mode set it only reads.</summary>
    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int Adjust(byte* structure);
}
