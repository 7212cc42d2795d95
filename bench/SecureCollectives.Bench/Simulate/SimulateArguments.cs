using System.CommandLine;
using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Simulate;

/// <summary>The options that select the clusters to simulate.</summary>
internal sealed class SimulateArguments
{
    private const int LargestWorld = 16384;
    private const int MostRanksPerHost = 256;
    private const int LongestLatency = 1_000_000;
    private const long MostBytes = 64L << 30;
    private const long FastestRate = 10_000_000_000_000;

    private static readonly SimulateOptions Defaults = new();

    private readonly Option<ValueList<int>> _worlds = ListOption<int>(
        "--worlds", "The numbers of workers to simulate.", $"whole numbers from 2 to {LargestWorld}, such as 64,512", Defaults.Worlds,
            ReadWorld, Invariant);

    private readonly Option<ValueList<long>> _sizes = ListOption<long>(
        "--sizes", "Buffer sizes, in bytes or with K, M, G.", $"multiples of {BenchParameters.ElementBytes} up to 64G, such as 64K,16M",
            Defaults.Sizes, ReadSize, bytes => new ByteSize(bytes).ToString());

    private readonly Option<ValueList<long>> _rates = ListOption<long>(
        "--rates", "Rates of each host's network interface.", "rates up to 10000Gbit, such as 10Gbit,100Gbit", Defaults.Rates, ReadRate,
            BitRate.Describe);

    private readonly Option<int> _localWorldSize = NumberOption.Create(
        "--local-world-size", "Workers on each host, each with its own core for each channel.", 1, MostRanksPerHost, () =>
            Defaults.LocalWorldSize);

    private readonly Option<int> _channels = NumberOption.Create(
        "--channels", "Channels of each worker: loops, each with its own core, links and lanes.", 1, BenchParameters.MostChannels, () =>
            Defaults.Channels);

    private readonly Option<int> _latency = NumberOption.Create(
        "--latency", "One-way latency between hosts, in microseconds.", 0, LongestLatency, () => Defaults.LatencyMicroseconds);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_worlds, _sizes, _rates, _localWorldSize, _channels, _latency])
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="CommandFailureException">The options contradict each other.</exception>
    public SimulateOptions Read(ParseResult parsed)
    {
        var options = new SimulateOptions
        {
            Worlds = parsed.GetValue(_worlds)!.Values,
            Sizes = parsed.GetValue(_sizes)!.Values,
            Rates = parsed.GetValue(_rates)!.Values,
            LocalWorldSize = parsed.GetValue(_localWorldSize),
            Channels = parsed.GetValue(_channels),
            LatencyMicroseconds = parsed.GetValue(_latency),
        };
        options.Require();
        return options;
    }

    private static int? ReadWorld(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var world) && world is >= 2 and <= LargestWorld
            ? world : null;

    private static long? ReadSize(string text) =>
        ByteSize.TryParse(text, out var size) && size.Bytes is > 0 and <= MostBytes && size.Bytes % BenchParameters.ElementBytes == 0
            ? size.Bytes : null;

    private static long? ReadRate(string text) => BitRate.TryParse(text, out var rate) && rate <= FastestRate ? rate : null;

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static Option<ValueList<T>> ListOption<T>(
        string name, string description, string wanted, IReadOnlyList<T> defaults, Func<string, T?> read, Func<T, string> describe)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = "LIST",
            DefaultValueFactory = _ => new ValueList<T>(defaults, describe),
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                var texts = NameList.Read(result.Tokens[0].Value).Names;
                var values = texts.Select(read).OfType<T>().Distinct().ToArray();
                if (values.Length == 0 || values.Length < texts.Count)
                {
                    result.AddError($"{name} must be {wanted}, each once, not '{result.Tokens[0].Value}'.");
                }

                return new ValueList<T>(values, describe);
            },
        };
}
