using SecureCollectives.Testing;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.SharedMemory;

/// <summary>A shared-memory lane fulfils the lane contract.</summary>
public sealed class SharedMemoryLaneTests : LaneContractTests
{
    internal override Task<LaneEnds> CreateAsync()
    {
        var (first, second) = SharedMemoryLanes.CreatePair();
        return Task.FromResult(new LaneEnds(first, second));
    }
}
