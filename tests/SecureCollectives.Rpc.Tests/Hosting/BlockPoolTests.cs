using System.Buffers;
using System.Net;

namespace SecureCollectives.Rpc.Tests.Hosting;

public sealed class BlockPoolTests
{
    [Fact]
    public void Return_MoreThanTheBound_KeepsOnlyTheBound()
    {
        using var pool = new BlockPool();
        IMemoryOwner<byte>[] rented = [.. Enumerable.Range(0, BlockPool.MaxIdleBlocks + 50).Select(_ => pool.Rent())];
        Assert.Equal(rented.Length, rented.Distinct().Count());
        Assert.Equal(0, pool.IdleBlocks);

        foreach (var block in rented)
        {
            block.Dispose();
        }

        Assert.Equal(BlockPool.MaxIdleBlocks, pool.IdleBlocks);
    }

    [Fact]
    public void Rent_AfterReturn_ReusesTheBlock()
    {
        using var pool = new BlockPool();
        pool.Rent().Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var block = pool.Rent();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(0, pool.IdleBlocks);
        Assert.Equal(BlockPool.BlockBytes, block.Memory.Length);
        block.Dispose();
        Assert.Equal(1, pool.IdleBlocks);
    }

    [Fact]
    public void Rent_LongerThanABlock_Throws()
    {
        using var pool = new BlockPool();

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(BlockPool.BlockBytes + 1));
    }

    /// <summary>Kestrel's sockets read only into these blocks, and return them.</summary>
    [Fact]
    public async Task Host_AfterARequest_HasReturnedItsBlocks()
    {
        using var pool = new BlockPool();
        await using (var host = await RpcHost.StartAsync(new RpcHostOptions
        {
            Listeners = [new RpcListener(new IPEndPoint(IPAddress.Loopback, 0))],
            Services = new RpcServices().AddRaw(
                "/test.Bytes/Echo", context => context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter)),
            Blocks = pool,
        }))
        {
            var options = new ClientConnectionOptions { Host = "127.0.0.1", Port = host.EndPoints[0].Port };
            await using var connection = await ClientConnection.ConnectAsync(options, CancellationToken.None);
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(connection.BaseAddress, "/test.Bytes/Echo"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new RawBody(new byte[60_000]),
            };
            using var response = await connection.SendAsync(request, CancellationToken.None).WaitAsync(TestLimits.Wait);
            Assert.Equal(new byte[60_000], await response.Content.ReadAsByteArrayAsync().WaitAsync(TestLimits.Wait));
        }

        Assert.InRange(pool.IdleBlocks, 1, BlockPool.MaxIdleBlocks);
    }
}
