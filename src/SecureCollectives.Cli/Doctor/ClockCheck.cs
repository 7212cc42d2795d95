using System.Runtime.InteropServices;
using SecureCollectives.Cli.Pki;

namespace SecureCollectives.Cli.Doctor;

/// <summary>Checks whether a time service keeps the clock that certificates are judged by, as adjtimex(2) reports it.</summary>
internal static unsafe partial class ClockCheck
{
    private const string Subject = "clock";

    /// <summary>Bytes. struct timex has 208 on 64-bit Linux; the rest is room for later kernels.</summary>
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
                "Run chrony or systemd-timesyncd on the host: peers refuse certificates that are not valid by their own clock."),
            < 0 => Finding.Warning(Subject, $"It is {now}; the system does not say whether a time service keeps it.",
                "Compare it with the clocks of the other hosts."),
            _ => Finding.Good(Subject, $"It is {now}, and a time service keeps it."),
        };
    }

    /// <summary>Calls adjtimex, which only reads if no mode is set.</summary>
    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int Adjust(byte* structure);
}
