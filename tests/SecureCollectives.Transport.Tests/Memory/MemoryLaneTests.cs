using SecureCollectives.Transport.Memory;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Memory;

public sealed class MemoryLaneTests : LaneContractTests
{
    internal override Task<LaneEnds> CreateAsync()
    {
        var (first, second) = MemoryLane.CreatePair(1 << 16);
        return Task.FromResult(new LaneEnds(first, second));
    }
}
