using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Plan;

/// <summary>One way to move bytes, measured side by side with the others, in its own communicator.</summary>
/// <param name="Transport">The transport's name.</param>
/// <param name="Protection">The protection's name.</param>
/// <param name="Suite">The suite's name; null if the protection offers no choice.</param>
/// <param name="DelayMicroseconds">The delay planted in the sealer, per chunk.</param>
/// <param name="Congestion">The congestion control's name; null if the transport offers no choice.</param>
/// <param name="Setting">The communicator setting that differs from the defaults; null if none does.</param>
internal sealed record Variant(
    string Transport, string Protection, string? Suite, int DelayMicroseconds = 0, string? Congestion = null, string? Setting = null)
{
    private static readonly string?[] NoChoice = [null];
    private static readonly int[] NoDelay = [0];

    public bool IsBaseline => Protection == Names.Plaintext && Setting is null;

    /// <summary>The name of the variant's communicator.</summary>
    public string Id => string.Join(' ', new[]
    {
        Transport,
        Congestion == Names.SystemCongestion ? Congestion : null,
        Protection,
        Suite,
        DelayMicroseconds > 0 ? $"+{DelayMicroseconds}us" : null,
        Setting,
    }.OfType<string>());

    /// <summary>Returns the variants for the given parameters, transport by transport, each with its baselines first.</summary>
    /// <param name="parameters">What was requested.</param>
    /// <param name="plaintextAllowed">Whether all ranks may open plaintext.</param>
    public static IReadOnlyList<Variant> AllOf(BenchParameters parameters, bool plaintextAllowed) =>
        [.. parameters.Transports.SelectMany(
            transport => Of(transport, parameters, plaintextAllowed).OrderByDescending(variant => variant.IsBaseline))];

    private static IEnumerable<Variant> Of(string transport, BenchParameters parameters, bool plaintextAllowed) =>
        from congestion in CongestionOf(transport, parameters)
        from protection in parameters.Protections
        where Names.IsBuilt(transport, protection) && (protection != Names.Plaintext || plaintextAllowed)
        from suite in SuitesOf(protection, parameters)
        from delay in suite is null ? NoDelay : DelaysOf(parameters)
        from setting in NoChoice.Concat(parameters.Settings)
        select new Variant(transport, protection, suite, delay, congestion, setting);

    private static IEnumerable<string?> CongestionOf(string transport, BenchParameters parameters) =>
        Names.Transports[transport].HasSockets ? parameters.Congestion.Cast<string?>() : NoChoice;

    private static IEnumerable<string?> SuitesOf(string protection, BenchParameters parameters) =>
        Engine.HasSuite(Names.Protections[protection]) ? parameters.Suites.Cast<string?>() : NoChoice;

    private static IEnumerable<int> DelaysOf(BenchParameters parameters) =>
        parameters.PlantDelayMicroseconds is { } delay ? NoDelay.Append(delay) : NoDelay;
}
