using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Compare;

/// <summary>The comparison for programs: raw times, and what the table says of them.</summary>
internal sealed record CompareReport
{
    [JsonPropertyName("schema")]
    public int Schema { get; init; } = 1;

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

        /// <summary>Of ours, as asked for; null where the library chose.</summary>
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

        [JsonPropertyName("isPeer")]
        public required bool IsPeer { get; init; }

        [JsonPropertyName("timeUs")]
        public required double TimeUs { get; init; }

        [JsonPropertyName("algbwGBps")]
        public required double AlgbwGBps { get; init; }

        [JsonPropertyName("betterPeer")]
        public required string? BetterPeer { get; init; }

        /// <summary>Against the better peer; nulls where there is none, or too few rounds.</summary>
        [JsonPropertyName("ratio")]
        public required RatioPart Ratio { get; init; }

        [JsonPropertyName("wrong")]
        public required long Wrong { get; init; }

        [JsonPropertyName("samplesUs")]
        public required IReadOnlyList<double> SamplesUs { get; init; }

        public static RowPart Of(CompareRow row) => new()
        {
            Collective = row.Cell.Collective,
            Bytes = row.Cell.Bytes,
            Contender = row.Contender.Key,
            IsPeer = row.Contender.IsPeer,
            TimeUs = row.MedianUs,
            AlgbwGBps = row.AlgbwGBps,
            BetterPeer = row.BetterPeer?.Key,
            Ratio = new RatioPart { Median = row.RatioMedian, Low = row.RatioInterval?.Low, High = row.RatioInterval?.High },
            Wrong = row.Wrong,
            SamplesUs = row.TimesUs,
        };
    }

    internal sealed record RatioPart
    {
        [JsonPropertyName("median")]
        public required double? Median { get; init; }

        [JsonPropertyName("low")]
        public required double? Low { get; init; }

        [JsonPropertyName("high")]
        public required double? High { get; init; }
    }
}
