namespace SecureCollectives.Testing;

/// <summary>All supported combinations of transport and protection, for tests that must hold for each of them.</summary>
internal static class Combinations
{
    private const string Memory = "Memory";

    /// <summary>Add a new transport here to include it in all these tests.</summary>
    private static readonly string[] Transports = [nameof(TransportKind.Tcp), Memory, nameof(TransportKind.Grpc)];

    /// <summary>Names such as "Tcp TlsAndAead". "Tcp" uses TCP within a host, too; "Memory" uses shared memory within a host.</summary>
    public static IEnumerable<string> Names =>
        Transports.SelectMany(_ => Enum.GetValues<Protection>(), (transport, protection) => $"{transport} {protection}");

    /// <summary>The combinations whose bytes cross a network, where an attacker may eavesdrop or cut connections.</summary>
    public static IEnumerable<string> NamesOverNetwork => Names.Where(name => !name.StartsWith(Memory, StringComparison.Ordinal));

    /// <summary>The combinations in which each lane runs over TLS.</summary>
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
