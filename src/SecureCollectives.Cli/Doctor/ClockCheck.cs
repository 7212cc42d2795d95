using System.Runtime.InteropServices;
using SecureCollectives.Cli.Pki;

namespace SecureCollectives.Cli.Doctor;

/// <summary>Checks, through adjtimex(2), whether a time service synchronizes the clock by which certificates are judged.</summary>
internal static unsafe partial class ClockCheck
{
    private const string Subject = "clock";

    /// <summary>In bytes. struct timex takes 208 on 64-bit Linux; the rest leaves room for later kernels.</summary>
    private const int StructureLength = 512;

    private const int NotSynchronised = 5;

    public static Finding Examine(TimeProvider time)
    {
        var structure = stackalloc byte[StructureLength];
        new Span<byte>(structure, StructureLength).Clear();
        var now = UtcTime.Text(time.GetUtcNow());
        return Adjust(structure) switch
        {
            NotSynchronised => Finding.Warning(Subject, $"It is {now}, but no time service synchronizes the clock.",
                "Run chrony or systemd-timesyncd on the host: peers refuse certificates that are not valid according to their own clocks."),
            < 0 => Finding.Warning(Subject, $"It is {now}; the system does not say whether a time service synchronizes the clock.",
                "Compare it with the clocks on the other hosts."),
            _ => Finding.Good(Subject, $"It is {now}, and a time service synchronizes the clock."),
        };
    }

    /// <summary>Calls adjtimex, which only reads if no mode is set.</summary>
    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int Adjust(byte* structure);
}
