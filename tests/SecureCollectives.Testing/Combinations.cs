namespace SecureCollectives.Testing;

/// <summary>Every combination of transport and protection that is built, for tests that hold for all of them.</summary>
internal static class Combinations
{
    private const string Memory = "Memory";

    /// <summary>A transport joins all these tests here.</summary>
    private static readonly string[] Transports = [nameof(TransportKind.Tcp), Memory, nameof(TransportKind.Grpc)];

    /// <summary>As "Tcp TlsAndAead". "Tcp" is TCP inside a host too, "Memory" what two workers of a host share.</summary>
    public static IEnumerable<string> Names =>
        Transports.SelectMany(_ => Enum.GetValues<Protection>(), (transport, protection) => $"{transport} {protection}");

    /// <summary>Those whose bytes pass over a network, where somebody may listen or cut.</summary>
    public static IEnumerable<string> NamesOverNetwork => Names.Where(name => !name.StartsWith(Memory, StringComparison.Ordinal));

    /// <summary>Those where each lane runs inside TLS.</summary>
    public static IEnumerable<string> NamesWithTls => Names.Where(name => name.Contains("Tls", StringComparison.Ordinal));

    public static CommunicatorOptions Options(string name)
    {
        var parts = name.Split(' ');
        return new CommunicatorOptions
        {
            Transport = parts[0] == Memory ? TransportKind.Tcp : Enum.Parse<TransportKind>(parts[0]),
            LocalTransport = parts[0] == Memory ? LocalTransport.Memory : LocalTransport.Tcp,
            Protection = Enum.Parse<Protection>(parts[1]),
        };
    }
}
