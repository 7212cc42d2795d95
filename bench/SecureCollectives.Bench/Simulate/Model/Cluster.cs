namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>Where ranks run: on hosts that are all alike, each with the next ranks in order.</summary>
/// <param name="RanksPerHost">Ranks of each host; they talk to each other over loopback.</param>
/// <param name="CoresPerHost">Cores that they share.</param>
/// <param name="Wire">Between hosts; null where there is one.</param>
internal sealed record Cluster(int RanksPerHost, int CoresPerHost, Wire? Wire)
{
    public int HostOf(int rank) => rank / RanksPerHost;
}
