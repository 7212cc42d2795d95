using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Figures;

/// <summary>One run of the bench that provides the data for tables and plots.</summary>
/// <param name="Name">The part's name in progress messages; also its file name, without the extension.</param>
/// <param name="Arguments">The bench's arguments, as a reader types them to repeat the run.</param>
internal sealed record FigurePart(string Name, params string[] Arguments)
{
    private static readonly string[] PacedToRate =
        ["--transports", Names.Tcp, "--protections", $"{Names.Plaintext},{Names.Aead}", "--suite", Names.AutomaticSuite, "--min-bytes",
            "16M", "--rounds", "15"];

    public static readonly FigurePart Default = new("default");

    public static readonly FigurePart TwoWorkers = new(
        "two-workers", "--world", "2", "--protections", $"{Names.Plaintext},{Names.Aead}", "--rounds", "15");

    public static readonly FigurePart PacedFast = new("paced-10gbit", ["--world", "2", "--line-rate", "10Gbit", .. PacedToRate]);

    public static readonly FigurePart PacedSlow = new("paced-4gbit", ["--world", "2", "--line-rate", "4Gbit", .. PacedToRate]);

    public static readonly FigurePart Ways = new(
        "ways", "--collectives", "allreduce", "--transports", "memory,tcp,grpc", "--suite", Names.AutomaticSuite, "--min-bytes", "16M",
            "--max-bytes", "16M", "--rounds", "15");

    public static readonly FigurePart CompareTwo = new("compare-2", "compare", "--world", "2", "--min-bytes", "64K", "--rounds", "12");

    public static readonly FigurePart CompareFour = new("compare-4", "compare", "--world", "4", "--min-bytes", "64K", "--rounds", "12");

    public static IReadOnlyList<FigurePart> All { get; } = [Default, TwoWorkers, PacedFast, PacedSlow, Ways, CompareTwo, CompareFour];

    /// <summary>The arguments as typed after the program's name.</summary>
    public string Command => string.Join(' ', Arguments);
}
