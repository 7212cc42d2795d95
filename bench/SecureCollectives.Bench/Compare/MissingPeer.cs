namespace SecureCollectives.Bench.Compare;

/// <summary>A peer that cannot be measured on this machine.</summary>
internal sealed record MissingPeer(Peer Peer, string Reason)
{
    public string Install => $"apt-get install {Peer.Packages}";

    public override string ToString() => $"{Peer.Name} is not compared: {Reason}. On Debian and Ubuntu, install it with: {Install}";
}
