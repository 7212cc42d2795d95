using System.CommandLine;
using System.CommandLine.Parsing;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Parameters;

/// <summary>The options that select what to measure. The program and its worker verb share them.</summary>
internal sealed class ParameterOptions
{
    private const int MostRounds = 10_000;
    private const int MostFactor = 1024;
    private const int LongestDelay = 1_000_000;

    private const string AllNames = "all";
    /// <summary>The number of elements in a buffer must fit an int.</summary>
    private const long MostBytes = 4L << 30;

    private static readonly BenchParameters Defaults = new();

    private readonly Option<NameList> _collectives = NameOption(
        "--collectives", "What to measure.", Names.Collectives, Defaults.Collectives);

    private readonly Option<ByteSize> _minBytes = SizeOption(
        "--min-bytes", "Smallest buffer, in bytes or with K, M, G.", Defaults.MinBytes);

    private readonly Option<ByteSize> _maxBytes = SizeOption("--max-bytes", "Largest buffer.", Defaults.MaxBytes);

    private readonly Option<int> _factor = NumberOption.Create(
        "--factor", "The factor from one size to the next.", 2, MostFactor, () => Defaults.Factor);

    private readonly Option<NameList> _transports = NameOption(
        "--transports", "Transports to measure.", Names.Transports, Defaults.Transports);

    private readonly Option<NameList> _protections = NameOption(
        "--protections", "Protections to measure. Plaintext is the baseline; without it no overhead is shown.", Names.Protections,
            Defaults.Protections);

    private readonly Option<NameList> _suites = NameOption(
        "--suite",
            "Ciphers for protections that offer a choice, measured side by side. 'automatic' is the one that the job chooses.",
                Names.Suites, Defaults.Suites);

    private readonly Option<NameList> _congestion = NameOption(
        "--congestion", "Congestion control of TCP connections: the library's choice, the system's, or both side by side.",
            Names.Congestion, Defaults.Congestion);

    private readonly Option<NameList?> _settings = new("--settings")
    {
        Description = "Also measures each variant with one communicator setting changed, such as chunk-bytes=64K,chunk-bytes=1M, "
            + "and its overhead compared with plaintext with the defaults. "
            + $"One or more of {string.Join(", ", Setting.KnownNames)}.",
        HelpName = "LIST",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = ParseSettings,
    };

    private readonly Option<int> _rounds = NumberOption.Create(
        "--rounds", "Rounds for each size; the overhead has an interval from 6 rounds on. Default: as many as the time allows, 7 to 25.", 1,
            MostRounds);

    private readonly Option<int> _localWorldSize = NumberOption.Create(
        "--local-world-size",
        "Workers per host, for a hierarchical ring: AllReduce and AllGather run as if the workers were on such hosts. "
            + "Default: LOCAL_WORLD_SIZE; 1 is a flat ring.",
        1,
        int.MaxValue);

    private readonly Option<int> _channels = NumberOption.Create(
        "--channels",
        "Threads of each worker that share large operations, each with its own connections. "
            + "Default: the library chooses by the number of cores per worker.",
        1,
        BenchParameters.MostChannels);

    private readonly Option<long?> _lineRate = new("--line-rate")
    {
        Description = "The maximum rate at which each worker sends, such as 10Gbit or 500Mbit.",
        HelpName = "RATE",
        CustomParser = ParseRate,
    };

    private readonly Option<int> _seed = NumberOption.Create(
        "--seed", "Determines the order of variants in each round. Default: a random seed, which is printed.", 0, int.MaxValue);

    private readonly Option<bool> _plantWrong = new("--plant-wrong")
    {
        Description = "Checks the bench: alters one element of each plaintext result on the wire, which #wrong must count.",
    };

    private readonly Option<int> _plantDelay = NumberOption.Create(
        "--plant-delay",
            "Checks the bench: adds twins whose sealer takes this many microseconds longer per chunk, which the overhead must show.",
            1, LongestDelay);

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _collectives, _minBytes, _maxBytes, _factor, _transports, _protections, _suites, _congestion, _settings, _rounds,
                _localWorldSize, _channels, _lineRate, _seed,
            _plantWrong, _plantDelay,
        ];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    public BenchParameters Read(ParseResult parsed)
    {
        return new BenchParameters
        {
            Collectives = parsed.GetValue(_collectives)!.Names,
            MinBytes = parsed.GetValue(_minBytes).Bytes,
            MaxBytes = parsed.GetValue(_maxBytes).Bytes,
            Factor = parsed.GetValue(_factor),
            // Only TCP can be paced, so --line-rate without --transports selects TCP.
            Transports = parsed.GetResult(_transports) is null or { Implicit: true } && parsed.GetValue(_lineRate) is not null
                ? [Names.Tcp] : parsed.GetValue(_transports)!.Names,
            Protections = parsed.GetValue(_protections)!.Names,
            Suites = parsed.GetValue(_suites)!.Names,
            Congestion = parsed.GetValue(_congestion)!.Names,
            Settings = parsed.GetValue(_settings)?.Names ?? [],
            Rounds = Given(_rounds),
            LocalWorldSize = Given(_localWorldSize),
            Channels = Given(_channels),
            LineRate = parsed.GetValue(_lineRate),
            Seed = Given(_seed),
            PlantWrong = parsed.GetValue(_plantWrong),
            PlantDelayMicroseconds = Given(_plantDelay),
        };

        int? Given(Option<int> option) => parsed.GetResult(option) is null ? null : parsed.GetValue(option);
    }

    /// <summary>Creates an option that takes names from a table, or "all".</summary>
    public static Option<NameList> NameOption<T>(string name, string description, NameTable<T> table, IReadOnlyList<string> defaults) =>
        new(name)
        {
            Description = $"{description} One or more of {string.Join(", ", table.Names)}; or all.",
            HelpName = "LIST",
            DefaultValueFactory = _ => new NameList(defaults),
            Arity = ArgumentArity.ExactlyOne,
            CompletionSources = { context => table.Completions(context.WordToComplete) },
            CustomParser = result =>
            {
                var names = NameList.Read(result.Tokens[0].Value);
                if (names.Names is [AllNames])
                {
                    return new NameList(table.Names);
                }

                if (table.Check(names.Names) is { } fault)
                {
                    result.AddError($"{name} {fault}.");
                }

                return names;
            },
        };

    /// <summary>Creates an option that takes a size.</summary>
    public static Option<ByteSize> SizeOption(string name, string description, long defaultValue) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        DefaultValueFactory = _ => new ByteSize(defaultValue),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!ByteSize.TryParse(text, out var size) || size.Bytes is <= 0 or > MostBytes
                || size.Bytes % BenchParameters.ElementBytes != 0)
            {
                result.AddError(
                    $"{name} must be a multiple of {BenchParameters.ElementBytes} up to 4G, such as 65536, 64K or 16M, not '{text}'.");
            }

            return size;
        },
    };

    private static NameList? ParseSettings(ArgumentResult result)
    {
        var settings = new List<string>();
        foreach (var text in NameList.Read(result.Tokens[0].Value).Names)
        {
            if (Setting.TryParse(text, out var fault) is { } setting && !settings.Contains(setting.Text))
            {
                settings.Add(setting.Text);
            }
            else
            {
                result.AddError($"--settings {fault ?? $"names '{text}' twice"}.");
            }
        }

        return new NameList(settings);
    }

    private static long? ParseRate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (BitRate.TryParse(text, out var rate))
        {
            return rate;
        }

        result.AddError($"--line-rate must be a rate such as 10Gbit, 2.5Gbit or 500Mbit, not '{text}'.");
        return null;
    }
}
