using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Testing.Races;

namespace SecureCollectives.Testing.Faults.Commands;

/// <summary>The verb <c>faults races</c>.</summary>
internal static class RacesCommand
{
    public static Command Create()
    {
        var seconds = NumberOption.Create("--seconds", "How long to race each engine in each direction.", 1, 3600, () => 60);
        var command = new Command("races", """
            Lets each engine open from and seal into memory that another thread keeps changing, as the
            owner of a ring can. Opened data must be what was verified, and a tag must cover the given plaintext.
            Finally races OpenSSL's AES-GCM without its private copy, which must be caught.
            """) { seconds };
        command.SetAction((parsed, token) =>
        {
            var time = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            var held = true;
            Console.WriteLine($"{"engine",-40} {"way",-5} {"attempts",12} {"struck",12} {"violations",12}");
            foreach (var name in RacedEngines.Names)
            {
                held &= Run(name, open: true, time, RacedEngines.TryRace) && Run(name, open: false, time, RacedEngines.TryRace);
                token.ThrowIfCancellationRequested();
            }

            held &= !Run("AES-256-GCM by OpenSSL, without a copy", open: true, time, static _ => RacedEngines.RaceWithoutCopy());
            held &= !Run("AES-256-GCM by OpenSSL, without a copy", open: false, time, static _ => RacedEngines.RaceWithoutCopy());
            Console.WriteLine(held ? "No engine had a violation, except the one without a copy, which was caught." : "FAILED.");
            return Task.FromResult(held ? ExitCode.Success : ExitCode.Failed);
        });
        return command;
    }

    /// <returns>True if there was no violation, or if the engine is not available on this machine.</returns>
    private static bool Run(string name, bool open, TimeSpan time, Func<string, DoubleFetchRace?> create)
    {
        using var race = create(name);
        if (race is null)
        {
            Console.WriteLine($"{name,-40} not available here");
            return true;
        }

        var result = open ? race.Open(time) : race.Seal(time);
        Console.WriteLine($"{name,-40} {(open ? "open" : "seal"),-5} {result.Attempts,12} {result.Struck,12} {result.Violations,12}");
        return result.Violations == 0;
    }
}
