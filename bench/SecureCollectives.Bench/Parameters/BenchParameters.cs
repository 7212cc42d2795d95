using System.Globalization;
using SecureCollectives.CommandLine;
using SecureCollectives.Membership;

namespace SecureCollectives.Bench.Parameters;

/// <summary>What to measure, validated. The same on all ranks.</summary>
internal sealed record BenchParameters
{
    /// <summary>Elements are float32.</summary>
    public const int ElementBytes = 4;

    /// <summary>Channels that a communicator can have.</summary>
    public const int MostChannels = GroupParameters.MaxChannels;

    public IReadOnlyList<string> Collectives { get; init; } = ["allreduce", "allgather"];

    public long MinBytes { get; init; } = 64 * 1024;

    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>From one size to the next.</summary>
    public int Factor { get; init; } = 4;

    /// <summary>The library's choice inside a host, and what a network has.</summary>
    public IReadOnlyList<string> Transports { get; init; } = [Names.Memory, Names.Tcp];

    /// <summary>By default all that there are.</summary>
    public IReadOnlyList<string> Protections { get; init; } = [
        .. Names.Protections.Names.Where(protection => Names.IsBuilt(Names.Tcp, protection))];

    /// <summary>Measured beside each other, where a protection has suites.</summary>
    public IReadOnlyList<string> Suites { get; init; } = [Names.AutomaticSuite, Names.Aes256Gcm];

    /// <summary>Measured beside each other, where lanes are sockets.</summary>
    public IReadOnlyList<string> Congestion { get; init; } = [Names.OwnCongestion];

    /// <summary>
    /// Adds a twin of each variant for each: one setting of the communicator that differs, as <see cref="Setting"/> reads it.
    /// </summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Null leaves the number to the pace, by size.</summary>
    public int? Rounds { get; init; }

    /// <summary>Ranks of each host, for a hierarchical ring; null leaves it to what launched the ranks.</summary>
    public int? LocalWorldSize { get; init; }

    /// <summary>Channels of each communicator; null leaves it to the library.</summary>
    public int? Channels { get; init; }

    /// <summary>Bits a second that each worker sends at most; null for no limit.</summary>
    public long? LineRate { get; init; }

    /// <summary>Decides the order of variants in each round; null has rank 0 choose.</summary>
    public int? Seed { get; init; }

    /// <summary>Alters one element of each plaintext result on its way, to see it counted.</summary>
    public bool PlantWrong { get; init; }

    /// <summary>
    /// Adds a twin to each protection that seals frames, whose sealer takes so much longer for each chunk; to see it in the overhead.
    /// </summary>
    public int? PlantDelayMicroseconds { get; init; }

    /// <summary>
    /// With the automatic suite by the name of what it is in a job, so that reports name the cipher, and once if it was asked for by that
    /// name as well.
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

    /// <exception cref="CommandFailureException">Something cannot be measured, or not in such a world.</exception>
    public void Require(int world)
    {
        if (MinBytes > MaxBytes)
        {
            throw Impossible($"--min-bytes ({ByteSize.Describe(MinBytes)}) is more than --max-bytes ({ByteSize.Describe(MaxBytes)}).");
        }

        if (Collectives.Any(collective => Names.Collectives[collective].InputCount(MinBytes, world) < 1))
        {
            throw Impossible($"--min-bytes ({ByteSize.Describe(MinBytes)}) has less than one element of {ElementBytes} bytes for each of "
                + $"{world} workers.");
        }

        if (LocalWorldSize is { } local && world % local != 0)
        {
            throw Impossible($"--local-world-size is {local}: {world} workers cannot be so many on every host.");
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
            throw Impossible($"--line-rate paces TCP connections, and {unpaced} lanes have none that it could reach: leave out the one or "
                + "the other.");
        }

        if (Channels is > 1 && (PlantWrong || PlantDelayMicroseconds is not null))
        {
            throw Impossible("--plant-wrong and --plant-delay speak of what one channel sends: leave out --channels, or them.");
        }

        if ((PlantWrong || PlantDelayMicroseconds is not null)
            && Collectives.FirstOrDefault(static collective => !Names.Collectives[collective].GoesAroundTheRing) is { } other)
        {
            throw Impossible("--plant-wrong and --plant-delay know what goes around the ring, allreduce and allgather: leave out "
                + $"{other}, or them.");
        }

        if (PlantWrong && Settings.Count > 0)
        {
            throw Impossible("--plant-wrong alters what goes around the ring with the defaults, which twins of --settings may leave: "
                + "leave out the one or the other.");
        }
    }

    /// <summary>The command line that gives these parameters.</summary>
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
