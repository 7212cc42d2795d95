namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>Where ranks run: on identical hosts, each with the next ranks in order.</summary>
/// <param name="RanksPerHost">Ranks on each host; they communicate over loopback.</param>
/// <param name="CoresPerHost">Cores that they share.</param>
/// <param name="Wire">The network between hosts; null if there is only one host.</param>
internal sealed record Cluster(int RanksPerHost, int CoresPerHost, Wire? Wire)
{
    public int HostOf(int rank) => rank / RanksPerHost;
}
