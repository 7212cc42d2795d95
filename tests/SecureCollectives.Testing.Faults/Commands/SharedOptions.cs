using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Commands;

/// <summary>Options that several verbs share.</summary>
internal static class SharedOptions
{
    public static Option<int> World(int usual = 4) => NumberOption.Create("--world", "Worker processes, 2 to 8.", 2, 8, () => usual);

    public static Option<int> Seed() =>
        NumberOption.Create("--seed", "Determines where faults happen. Default: a new one each time, which is printed.", 0, int.MaxValue,
            () => Random.Shared.Next());

    public static Option<Protection[]> Protections(params Protection[] usual) => new("--protections")
    {
        Description = "Protections, separated by commas: aead, tls, tls+aead. Plaintext is not available here.",
        DefaultValueFactory = _ => usual,
        CustomParser = result => Read(result, text => text switch
        {
            "aead" => Protection.Aead,
            "tls" => Protection.Tls,
            "tls+aead" => Protection.TlsAndAead,
            _ => (Protection?)null,
        }),
    };

    public static Option<TransportKind[]> Transports(params TransportKind[] usual) => new("--transports")
    {
        Description = "Transports, separated by commas: tcp, grpc.",
        DefaultValueFactory = _ => usual,
        CustomParser = result => Read(result, text => text switch
        {
            "tcp" => TransportKind.Tcp,
            "grpc" => TransportKind.Grpc,
            _ => (TransportKind?)null,
        }),
    };

    public static Option<RoundKind> Rounds() => new("--rounds")
    {
        Description =
            "What the workers call: family (every collective in turn, Send and Receive, also in groups) or rings (AllReduce, AllGather).",
        HelpName = "family|rings",
        DefaultValueFactory = _ => RoundKind.Family,
    };

    /// <summary>Creates an option that takes a number of bytes, optionally with the suffix K or M.</summary>
    public static Option<int> Bytes() => new("--bytes")
    {
        Description = "The size of the larger buffer of each call (AllReduce's buffer, AllGather's result): 64K to 256M.",
        DefaultValueFactory = _ => 16 << 20,
        CustomParser = result =>
        {
            const int Least = 64 << 10;
            const int Most = 256 << 20;
            var text = result.Tokens[0].Value;
            var shift = text.EndsWith('M') ? 20 : text.EndsWith('K') ? 10 : 0;
            if (long.TryParse(shift == 0 ? text : text[..^1], System.Globalization.CultureInfo.InvariantCulture, out var number)
                && number <= Most && number << shift is >= Least and <= Most)
            {
                return (int)(number << shift);
            }

            result.AddError($"--bytes must be from 64K to 256M, not '{text}'.");
            return Least;
        },
    };

    private static T[] Read<T>(System.CommandLine.Parsing.ArgumentResult result, Func<string, T?> parse)
        where T : struct
    {
        var values = new List<T>();
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (parse(text) is { } value)
            {
                values.Add(value);
            }
            else
            {
                result.AddError($"'{text}' is not supported here.");
            }
        }

        return [.. values.Distinct()];
    }
}
