using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Testing.Faults.Cutting;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Commands;

/// <summary>
/// The verbs <c>faults certificates</c> and <c>faults replacements</c>: runs in which links are replaced and none breaks.
/// </summary>
internal static class SteadyCommand
{
    public static Command Certificates()
    {
        var lifetime = NumberOption.Create("--lifetime", "Seconds for which each certificate is valid.", 20, 86_400, () => 180);
        var every = NumberOption.Create("--renew-every", "Seconds after which all certificates are renewed in place.", 5, 86_400, () => 60);
        return Create(
            "certificates",
            "Runs one collective a second while certificates that are valid for minutes are renewed in place. No call may fail, and no "
                + "link may break.",
            [lifetime, every],
            minutes: 10,
            parsed => new JobPlan { CertificateLifetime = TimeSpan.FromSeconds(parsed.GetValue(lifetime)), Bytes = 1 << 20 },
            (parsed, plan, length, say) =>
                new SteadyRun(plan, length, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(parsed.GetValue(every)), say));
    }

    public static Command Replacements()
    {
        var every = NumberOption.Create("--every", "Seconds after which each link is replaced.", 1, 86_400, () => 10);
        var bytes = SharedOptions.Bytes();
        return Create(
            "replacements",
            "Runs collectives without a pause while all links are replaced again and again, as at the end of their lifetime. "
            + "Every result must be bit-identical to the first, and no link may break.",
            [every, bytes],
            minutes: 5,
            parsed => new JobPlan { LinkLifetime = TimeSpan.FromSeconds(parsed.GetValue(every)), Bytes = parsed.GetValue(bytes) },
            static (_, plan, length, say) => new SteadyRun(plan, length, TimeSpan.Zero, renewEvery: null, say));
    }

    private static Command Create(
        string name,
        string description,
        IReadOnlyList<Option> own,
        int minutes,
        Func<ParseResult, JobPlan> planned,
        Func<ParseResult, JobPlan, TimeSpan, Action<string>, SteadyRun> create)
    {
        var (world, length) = (
            SharedOptions.World(), NumberOption.Create("--minutes", "How long to run each combination.", 1, 10_000, () => minutes));
        var (protections, transports) = (
            SharedOptions.Protections(Protection.Aead, Protection.Tls), SharedOptions.Transports(TransportKind.Tcp));
        var command = new Command(name, description) { length, world, transports, protections };
        foreach (var option in own)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, token) =>
        {
            var (failed, progress) = (false, new Progress());
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                foreach (var protection in parsed.GetRequiredValue(protections))
                {
                    var plan = planned(parsed) with { World = parsed.GetValue(world), Transport = transport, Protection = protection };
                    var report = await create(parsed, plan, TimeSpan.FromMinutes(parsed.GetValue(length)), progress.Say).RunAsync(token);
                    Console.WriteLine(report);
                    failed |= report.Complaints.Count > 0;
                }
            }

            Console.WriteLine(failed ? "FAILED." : "No call failed, and every result equals that of the first rounds.");
            return failed ? ExitCode.Failed : ExitCode.Success;
        });
        return command;
    }
}
