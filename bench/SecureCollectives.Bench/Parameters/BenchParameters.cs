using System.Globalization;

namespace SecureCollectives.Bench.Parameters;

/// <summary>What to measure, validated. The same on all ranks.</summary>
internal sealed record BenchParameters
{
    /// <summary>Elements are float32.</summary>
    public const int ElementBytes = 4;

    public IReadOnlyList<string> Collectives { get; init; } = ["allreduce", "allgather"];

    public long MinBytes { get; init; } = 64 * 1024;

    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>From one size to the next.</summary>
    public int Factor { get; init; } = 4;

    public IReadOnlyList<string> Transports { get; init; } = ["tcp"];

    public IReadOnlyList<string> Protections { get; init; } = Names.Protections.Names;

    /// <summary>Measured beside each other, where a protection has suites.</summary>
    public IReadOnlyList<string> Suites { get; init; } = ["aes-256-gcm"];

    /// <summary>Null leaves the number to the pace, by size.</summary>
    public int? Rounds { get; init; }

    /// <summary>Bits a second that each worker sends at most; null for no limit.</summary>
    public long? LineRate { get; init; }

    /// <summary>Decides the order of variants in each round; null has rank 0 choose.</summary>
    public int? Seed { get; init; }

    /// <summary>Alters one element of each plaintext result on its way, to see it counted.</summary>
    public bool PlantWrong { get; init; }

    /// <summary>Adds a twin to each protection that seals frames, whose sealer takes so much longer for each chunk; to see it in the price.</summary>
    public int? PlantDelayMicroseconds { get; init; }

    public IEnumerable<long> Sizes
    {
        get
        {
            for (var bytes = MinBytes; bytes <= MaxBytes; bytes *= Factor)
                yield return bytes;
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
        ];
        Add("--rounds", Rounds is { } rounds ? Invariant(rounds) : null);
        Add("--line-rate", LineRate is { } rate ? BitRate.Describe(rate) : null);
        Add("--seed", Seed is { } seed ? Invariant(seed) : null);
        Add("--plant-delay", PlantDelayMicroseconds is { } delay ? Invariant(delay) : null);
        if (PlantWrong)
            arguments.Add("--plant-wrong");
        return arguments;

        void Add(string name, string? value)
        {
            if (value is not null)
                arguments.AddRange([name, value]);
        }
    }

    private static string Invariant(long value) => value.ToString(CultureInfo.InvariantCulture);
}
