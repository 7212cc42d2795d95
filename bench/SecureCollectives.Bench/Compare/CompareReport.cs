using System.Text.Json.Serialization;
using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Compare;

/// <summary>The JSON report of a comparison: raw times, and the figures that the table shows.</summary>
internal sealed record CompareReport
{
    public const string NearCores = "near";

    [JsonPropertyName("schema")]
    public int Schema { get; init; } = 2;

    [JsonPropertyName("parameters")]
    public required ParametersPart Parameters { get; init; }

    [JsonPropertyName("missing")]
    public required IReadOnlyList<MissingPart> Missing { get; init; }

    [JsonPropertyName("failures")]
    public required IReadOnlyList<string> Failures { get; init; }

    [JsonPropertyName("rows")]
    public required IReadOnlyList<RowPart> Rows { get; init; }

    public static CompareReport Of(CompareOptions options, IEnumerable<MissingPeer> missing, CompareResults results) => new()
    {
        Parameters = new ParametersPart
        {
            Collectives = options.Collectives,
            WorldSize = options.World,
            MinBytes = options.MinBytes,
            MaxBytes = options.MaxBytes,
            Factor = options.Factor,
            Rounds = options.Rounds,
            Seed = options.Seed,
            PeersCongestion = options.PeersCongestion,
            Channels = options.Channels,
        },
        Missing = [.. missing.Select(peer => new MissingPart { Peer = peer.Peer.Name, Reason = peer.Reason, Install = peer.Install })],
        Failures = [.. results.Failures],
        Rows = [.. results.Rows().Select(RowPart.Of)],
    };

    internal sealed record ParametersPart
    {
        /// <summary>Null in reports from versions without <c>--collectives</c>.</summary>
        [JsonPropertyName("collectives")]
        public IReadOnlyList<string>? Collectives { get; init; }

        [JsonPropertyName("worldSize")]
        public required int WorldSize { get; init; }

        [JsonPropertyName("minBytes")]
        public required long MinBytes { get; init; }

        [JsonPropertyName("maxBytes")]
        public required long MaxBytes { get; init; }

        [JsonPropertyName("factor")]
        public required int Factor { get; init; }

        [JsonPropertyName("rounds")]
        public required int Rounds { get; init; }

        [JsonPropertyName("seed")]
        public required int Seed { get; init; }

        [JsonPropertyName("peersCongestion")]
        public required string? PeersCongestion { get; init; }

        /// <summary>Channels of our communicators, as requested; null if the library chose.</summary>
        [JsonPropertyName("channels")]
        public required int? Channels { get; init; }
    }

    internal sealed record MissingPart
    {
        [JsonPropertyName("peer")]
        public required string Peer { get; init; }

        [JsonPropertyName("reason")]
        public required string Reason { get; init; }

        [JsonPropertyName("install")]
        public required string Install { get; init; }
    }

    internal sealed record RowPart
    {
        [JsonPropertyName("collective")]
        public required string Collective { get; init; }

        [JsonPropertyName("bytes")]
        public required long Bytes { get; init; }

        [JsonPropertyName("contender")]
        public required string Contender { get; init; }

        [JsonPropertyName("medium")]
        public required string Medium { get; init; }

        [JsonPropertyName("isPeer")]
        public required bool IsPeer { get; init; }

        [JsonPropertyName("timeUs")]
        public required double TimeUs { get; init; }

        [JsonPropertyName("algbwGBps")]
        public required double AlgbwGBps { get; init; }

        /// <summary>"near" or "far": the distance between the machine's two processors; null if it was not probed.</summary>
        [JsonPropertyName("cores")]
        public required string? Cores { get; init; }

        /// <summary>The ratio to the fastest peer over the same medium; null if there is no such peer.</summary>
        [JsonPropertyName("sameMedium")]
        public required RatioPart? SameMedium { get; init; }

        /// <summary>The ratio to the fastest peer over any medium.</summary>
        [JsonPropertyName("best")]
        public required RatioPart? Best { get; init; }

        [JsonPropertyName("wrong")]
        public required long Wrong { get; init; }

        [JsonPropertyName("samplesUs")]
        public required IReadOnlyList<double> SamplesUs { get; init; }

        public static RowPart Of(CompareRow row) => new()
        {
            Collective = row.Cell.Collective,
            Bytes = row.Cell.Bytes,
            Contender = row.Contender.Key,
            Medium = row.Contender.Medium,
            IsPeer = row.Contender.IsPeer,
            Cores = row.Cores switch { CoreState.Near => NearCores, CoreState.Far => "far", _ => null },
            TimeUs = row.MedianUs,
            AlgbwGBps = row.AlgbwGBps,
            SameMedium = RatioPart.Of(row.SameMedium),
            Best = RatioPart.Of(row.Best),
            Wrong = row.Wrong,
            SamplesUs = row.TimesUs,
        };
    }

    internal sealed record RatioPart
    {
        [JsonPropertyName("peer")]
        public required string Peer { get; init; }

        /// <summary>Null if no round has both times. The interval is also null if there are too few rounds for one.</summary>
        [JsonPropertyName("median")]
        public required double? Median { get; init; }

        [JsonPropertyName("low")]
        public required double? Low { get; init; }

        [JsonPropertyName("high")]
        public required double? High { get; init; }

        public static RatioPart? Of(PeerRatio? ratio) => ratio is null
            ? null
            : new RatioPart { Peer = ratio.Peer.Key, Median = ratio.Median, Low = ratio.Interval?.Low, High = ratio.Interval?.High };
    }
}
