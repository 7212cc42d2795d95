using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.World;
using SecureCollectives.CommandLine;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>Measures the model's parameters on this machine, and the times against which to check the model.</summary>
/// <param name="progress">Receives the name of the current step.</param>
/// <param name="error">Receives the workers' error output.</param>
internal sealed class MachineMeasurement(IProgress<string> progress, TextWriter error)
{
    /// <summary>Worlds with a flat ring, and two whose ranks are treated as if they were on two hosts.</summary>
    private static readonly (int Size, int LocalWorldSize)[] Worlds = [(2, 1), (3, 1), (4, 1), (6, 1), (8, 1), (4, 2), (8, 4)];

    /// <summary>The sizes cover recursive doubling, a ring with one small chunk, and a ring with several windows.</summary>
    private static readonly BenchParameters Cases = new()
    {
        Collectives = ["allreduce"],
        Protections = [Names.Plaintext, Names.Aead],
        // The model assumes these connections and this cipher.
        Transports = [Names.Tcp],
        Suites = [Names.Aes256Gcm],
        MinBytes = 4 << 10,
        MaxBytes = 16 << 20,
        Factor = 16,
        Rounds = 7,
    };

    /// <exception cref="CommandFailureException">This machine has too little memory for the measurement.</exception>
    public static void Require() => MachineLimits.OfThisOne().Require(Worlds.Max(world => world.Size), Cases.Sizes.Max());

    /// <summary>
    /// Measures the rates of a core without a network, and makes a first guess of the parameters that only real runs show.
    /// </summary>
    public ModelParameters MeasureCore()
    {
        progress.Report("measuring what a core does without a network");
        var rates = new BusyCores();
        var engines = new EngineChoice(
            JobOptions.FromEnvironment().Engine, () => IpsecMbLibrary.Installed).For(CipherEngine.Automatic, SuiteCode.Aes256Gcm);
        return new ModelParameters
        {
            SecondsPerFrame = 2e-6,
            HandoffSeconds = 1e-6,
            SecondsPerByteSent = 2e-10,
            SecondsPerByteReceived = 2e-10,
            SwitchSeconds = 1e-6,
            SecondsPerByteReduced = rates.SecondsPerByteReduced(),
            SecondsPerByteCopied = rates.SecondsPerByteCopied(),
            Cipher = rates.Cipher(engines),
        };
    }

    /// <summary>Measures AllReduce between real processes, in every world.</summary>
    /// <param name="noted">Receives remarks that readers of the times need.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="CommandFailureException">Workers failed, or an element was wrong.</exception>
    public async Task<IReadOnlyList<LocalTime>> MeasureWorldsAsync(Action<string> noted, CancellationToken cancellationToken)
    {
        var times = new List<LocalTime>();
        var known = new HashSet<string>();
        foreach (var (world, local) in Worlds)
        {
            var rows = new RowCollector(made => progress.Report($"{world} workers, {made.Size}/{made.Sizes} {made.Text}"));
            var code = await new LocalWorld(world, Cases with { LocalWorldSize = local }, error).RunAsync(rows, cancellationToken)
                .ConfigureAwait(false);
            if (code != ExitCode.Success)
            {
                throw new CommandFailureException(
                    ExitCode.Failed, $"a world of {world} workers could not be measured: a worker failed with exit code {code}.");
            }

            if (rows.Rows.Sum(row => row.Wrong) is var wrong and > 0)
            {
                throw new CommandFailureException(
                    ExitCode.Failed, $"a world of {world} workers computed {wrong} wrong elements, so its times are meaningless.");
            }

            times.AddRange(rows.Rows.Select(row => LocalTime.Of(row, local)).Where(time => time.Case.IsOfItsOwn));
            foreach (var note in rows.Notes.Where(known.Add))
            {
                noted($"{world} workers: {note}");
            }
        }

        return times;
    }
}
