using SecureCollectives.Testing;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Tcp;

public sealed class TcpLaneTests : LaneContractTests
{
    internal override Task<LaneEnds> CreateAsync()
    {
        var (first, second) = LoopbackLanes.CreatePair();
        return Task.FromResult(new LaneEnds(first, second));
    }
}
