using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Figures;

/// <summary>One run of the bench whose report tables and plot are made of.</summary>
/// <param name="Name">Of its file, and in progress.</param>
/// <param name="Arguments">What a reader types to have it again.</param>
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

    /// <summary>As it is written behind the program's name.</summary>
    public string Command => string.Join(' ', Arguments);
}
