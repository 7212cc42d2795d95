using SecureCollectives.Testing;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.SharedMemory;

/// <summary>A lane through memory is a lane like any other.</summary>
public sealed class SharedMemoryLaneTests : LaneContractTests
{
    internal override Task<LaneEnds> CreateAsync()
    {
        var (first, second) = SharedMemoryLanes.CreatePair();
        return Task.FromResult(new LaneEnds(first, second));
    }
}
