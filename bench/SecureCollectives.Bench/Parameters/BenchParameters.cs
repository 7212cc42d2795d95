using System.Globalization;
using SecureCollectives.CommandLine;
using SecureCollectives.Membership;

namespace SecureCollectives.Bench.Parameters;

/// <summary>Validated options of a measurement, the same on all ranks.</summary>
internal sealed record BenchParameters
{
    /// <summary>Elements are float32.</summary>
    public const int ElementBytes = 4;

    /// <summary>The largest number of channels of a communicator.</summary>
    public const int MostChannels = GroupParameters.MaxChannels;

    public IReadOnlyList<string> Collectives { get; init; } = ["allreduce", "allgather"];

    public long MinBytes { get; init; } = 64 * 1024;

    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The factor from one size to the next.</summary>
    public int Factor { get; init; } = 4;

    /// <summary>By default, the library's choice within a host, and TCP, which it uses between hosts.</summary>
    public IReadOnlyList<string> Transports { get; init; } = [Names.Memory, Names.Tcp];

    /// <summary>By default, all protections in this build.</summary>
    public IReadOnlyList<string> Protections { get; init; } = [
        .. Names.Protections.Names.Where(protection => Names.IsBuilt(Names.Tcp, protection))];

    /// <summary>Suites to measure side by side, for protections that offer a choice.</summary>
    public IReadOnlyList<string> Suites { get; init; } = [Names.AutomaticSuite, Names.Aes256Gcm];

    /// <summary>Congestion controls to measure side by side, for transports with sockets.</summary>
    public IReadOnlyList<string> Congestion { get; init; } = [Names.OwnCongestion];

    /// <summary>
    /// Adds a twin of each variant for each entry: the communicator setting that differs, as <see cref="Setting"/> parses it.
    /// </summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Rounds for each size; null lets <see cref="Plan.Pace"/> choose.</summary>
    public int? Rounds { get; init; }

    /// <summary>Ranks on each host, for a hierarchical ring; null uses the launcher's value.</summary>
    public int? LocalWorldSize { get; init; }

    /// <summary>Channels of each communicator; null lets the library choose.</summary>
    public int? Channels { get; init; }

    /// <summary>The maximum rate at which each worker sends, in bits per second; null for no limit.</summary>
    public long? LineRate { get; init; }

    /// <summary>Determines the order of variants in each round; null lets rank 0 choose.</summary>
    public int? Seed { get; init; }

    /// <summary>Alters one element of each plaintext result in transit, to check that it is counted.</summary>
    public bool PlantWrong { get; init; }

    /// <summary>
    /// Adds a twin of each protection that seals frames. The twin's sealer takes this much longer per chunk, to check that the measured
    /// overhead includes the delay.
    /// </summary>
    public int? PlantDelayMicroseconds { get; init; }

    /// <summary>
    /// Replaces the automatic suite by the suite that the job chose, so that reports name the cipher. If that suite was also requested by
    /// name, it is measured once.
    /// </summary>
    public BenchParameters WithSuite(CipherSuite automatic) => this with
    {
        Suites = [.. Suites.Select(name => name == Names.AutomaticSuite ? Names.Suites.NameOf(automatic) : name).Distinct()],
    };

    public IEnumerable<long> Sizes
    {
        get
        {
            for (var bytes = MinBytes; bytes <= MaxBytes; bytes *= Factor)
            {
                yield return bytes;
            }
        }
    }

    /// <exception cref="CommandFailureException">The parameters are impossible, or impossible in a world of this size.</exception>
    public void Require(int world)
    {
        if (MinBytes > MaxBytes)
        {
            throw Impossible($"--min-bytes ({ByteSize.Describe(MinBytes)}) is more than --max-bytes ({ByteSize.Describe(MaxBytes)}).");
        }

        if (Collectives.Any(collective => Names.Collectives[collective].InputCount(MinBytes, world) < 1))
        {
            throw Impossible($"--min-bytes ({ByteSize.Describe(MinBytes)}) "
                + $"has less than one element of {ElementBytes} bytes for each of {world} workers.");
        }

        if (LocalWorldSize is { } local && world % local != 0)
        {
            throw Impossible($"--local-world-size is {local}: {world} workers do not divide evenly among such hosts.");
        }

        if (Transports.FirstOrDefault(transport => !Protections.Any(protection => Names.IsBuilt(transport, protection))) is { } idle)
        {
            throw Impossible($"transport {idle} with protection {string.Join(", ", Protections)} is not built into this version.");
        }

        if (Protections.FirstOrDefault(protection => !Transports.Any(transport => Names.IsBuilt(transport, protection))) is { } missing)
        {
            throw Impossible($"protection {missing} over {string.Join(", ", Transports)} is not built into this version.");
        }

        if (LineRate is not null && Transports.FirstOrDefault(transport => !Names.Transports[transport].HasSockets) is { } unpaced)
        {
            throw Impossible("--line-rate can only pace the library's own TCP connections, "
                + $"which {unpaced} lanes do not use: leave out one or the other.");
        }

        if (Channels is > 1 && (PlantWrong || PlantDelayMicroseconds is not null))
        {
            throw Impossible("--plant-wrong and --plant-delay apply to a single channel: leave out --channels or these options.");
        }

        if ((PlantWrong || PlantDelayMicroseconds is not null)
            && Collectives.FirstOrDefault(static collective => !Names.Collectives[collective].GoesAroundTheRing) is { } other)
        {
            throw Impossible("--plant-wrong and --plant-delay apply only to ring collectives, "
                + $"allreduce and allgather: leave out {other} or these options.");
        }

        if (PlantWrong && Settings.Count > 0)
        {
            throw Impossible("--plant-wrong requires the default settings, which twins of --settings change: leave out one or the other.");
        }
    }

    /// <summary>Returns the command-line arguments for these parameters.</summary>
    public IReadOnlyList<string> ToArguments()
    {
        List<string> arguments =
        [
            "--collectives", string.Join(',', Collectives),
            "--min-bytes", Invariant(MinBytes),
            "--max-bytes", Invariant(MaxBytes),
            "--factor", Invariant(Factor),
            "--transports", string.Join(',', Transports),
            "--protections", string.Join(',', Protections),
            "--suite", string.Join(',', Suites),
            "--congestion", string.Join(',', Congestion),
        ];
        Add("--settings", Settings.Count > 0 ? string.Join(',', Settings) : null);
        Add("--rounds", Rounds is { } rounds ? Invariant(rounds) : null);
        Add("--local-world-size", LocalWorldSize is { } local ? Invariant(local) : null);
        Add("--channels", Channels is { } channels ? Invariant(channels) : null);
        Add("--line-rate", LineRate is { } rate ? BitRate.Describe(rate) : null);
        Add("--seed", Seed is { } seed ? Invariant(seed) : null);
        Add("--plant-delay", PlantDelayMicroseconds is { } delay ? Invariant(delay) : null);
        if (PlantWrong)
        {
            arguments.Add("--plant-wrong");
        }

        return arguments;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                arguments.AddRange([name, value]);
            }
        }
    }

    private static CommandFailureException Impossible(string message) => new(ExitCode.Usage, message);

    private static string Invariant(long value) => value.ToString(CultureInfo.InvariantCulture);
}
