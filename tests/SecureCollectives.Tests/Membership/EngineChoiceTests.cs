using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing.IpsecMb;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>The choice of a communicator's engine. Ranks may use different engines.</summary>
public sealed class EngineChoiceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly IpsecMbLibrary Missing = IpsecMbLibrary.Load("/nowhere/libIPSec_MB.so.1");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task AllReduce_OneRankOnIpsecMbTheOtherOnOpenSsl_GivesTheSum(int rankWithIpsecMb)
    {
        Assert.SkipWhen(IpsecMbLibrary.Installed.Functions is null, $"{IpsecMbLibrary.Installed.Reason}.");
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await Task.WhenAll(jobs.Select(job => job.OpenCommunicatorAsync(
            "mixed", new CommunicatorOptions
            {
                Suite = CipherSuite.Aes256Gcm,
                Engine = job.Rank == rankWithIpsecMb
                ? CipherEngine.IpsecMb : CipherEngine.OpenSsl
            }))).WaitAsync(Limit);
        var buffers = members.Select(member => Enumerable.Range(0, 700_001).Select(index => (float)(index % 1000) + member.Rank).ToArray())
            .ToArray();

        await LocalCluster.RunAsync(members, member => member.AllReduceAsync<float>(buffers[member.Rank], ReduceOp.Sum).AsTask());

        Assert.StartsWith("ipsec-mb ", members[rankWithIpsecMb].Engine);
        Assert.Equal("OpenSSL", members[1 - rankWithIpsecMb].Engine);
        Assert.All(buffers, buffer => Assert.True(buffer.Select((value, index) => value == (2 * (index % 1000)) + 1).All(same => same)));
    }

    [Fact]
    public async Task Open_AutomaticWithoutTheLibrary_RunsOnOpenSslAndSaysWhy()
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        options.IpsecMb = () => Missing;
        var job = await cluster.JoinAsync(options);

        await using var communicator = await job.OpenCommunicatorAsync(
            "automatic", new CommunicatorOptions { Suite = CipherSuite.Aes256Gcm });

        Assert.Equal("OpenSSL", communicator.Engine);
        Assert.Contains($"the package {IpsecMbLibrary.Package}", communicator.EngineReason);
    }

    [Fact]
    public async Task Open_IpsecMbAskedForWithoutTheLibrary_IsRefusedAndNamesThePackage()
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        options.IpsecMb = () => Missing;
        var job = await cluster.JoinAsync(options);

        var failure = await Assert.ThrowsAsync<MembershipException>(() => job.OpenCommunicatorAsync(
            "forced", new CommunicatorOptions { Suite = CipherSuite.Aes256Gcm, Engine = CipherEngine.IpsecMb }));

        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains($"the package {IpsecMbLibrary.Package} provides it", failure.Message);
    }

    [Fact]
    public async Task Join_IpsecMbAskedForWithoutTheLibrary_IsRefusedAndNamesThePackage()
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(0);
        options.Engine = CipherEngine.IpsecMb;
        options.IpsecMb = () => Missing;

        var failure = await Assert.ThrowsAsync<MembershipException>(() => cluster.JoinAsync(options));

        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains(IpsecMbLibrary.Package, failure.Message);
    }

    [Theory]
    [InlineData(CipherEngine.IpsecMb, CipherSuite.ChaCha20Poly1305)]
    [InlineData(CipherEngine.IpsecMb, CipherSuite.Aegis128L)]
    [InlineData(CipherEngine.OpenSsl, CipherSuite.Aegis128L)]
    [InlineData(CipherEngine.OpenSsl, CipherSuite.Aegis256)]
    public async Task Open_EngineThatLacksTheSuite_IsRefused(CipherEngine engine, CipherSuite suite)
    {
        await using var cluster = new LocalCluster(1);
        var job = await cluster.JoinAsync(cluster.Options(0));

        var failure = await Assert.ThrowsAsync<MembershipException>(
            () => job.OpenCommunicatorAsync("none", new CommunicatorOptions { Engine = engine, Suite = suite }));

        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains($"Engine {engine} does not support {suite}", failure.Message);
    }

    /// <summary>An engine that the options name must not be ignored because the job's workers support a faster suite.</summary>
    [Theory]
    [InlineData(CipherEngine.IpsecMb)]
    [InlineData(CipherEngine.OpenSsl)]
    public async Task Open_EngineWithTheAutomaticSuite_IsRefusedAndSaysWhatToSet(CipherEngine engine)
    {
        await using var cluster = new LocalCluster(1);
        var job = await cluster.JoinAsync(cluster.Options(0));

        var failure = await Assert.ThrowsAsync<MembershipException>(
            () => job.OpenCommunicatorAsync("none", new CommunicatorOptions { Engine = engine }));

        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains($"Engine {engine} was requested, but Suite Automatic may choose a suite that it does not compute. Set Suite to "
            + "Aes256Gcm as well", failure.Message);

        // Without sealing, the engine is not used.
        await using var plaintext = await job.OpenCommunicatorAsync(
            "plaintext", new CommunicatorOptions { Engine = engine, Protection = Protection.UnsafePlaintext });
        Assert.Equal(SuiteCode.None, plaintext.Suite);
    }

    /// <summary>The job's engine computes AES-256-GCM when that suite is used, but does not affect the choice of suite.</summary>
    [Fact]
    public async Task Open_EngineOfTheJob_ComputesAesAndLeavesTheAutomaticSuite()
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        options.Engine = CipherEngine.OpenSsl;
        var job = await cluster.JoinAsync(options);

        await using var automatic = await job.OpenCommunicatorAsync("automatic", new CommunicatorOptions());
        await using var aes = await job.OpenCommunicatorAsync("aes", new CommunicatorOptions { Suite = CipherSuite.Aes256Gcm });

        Assert.Equal((AutomaticSuite.OfThisMachine, SuiteCode.Aes256Gcm), (automatic.Suite, aes.Suite));
        Assert.Equal("OpenSSL", aes.Engine);
    }

    [Fact]
    public void For_EngineWithoutLibrary_DoesNotLoadTheLibrary()
    {
        var choice = new EngineChoice(CipherEngine.Automatic, () => throw new InvalidOperationException("The library was searched for."));

        Assert.Equal("none", choice.For(CipherEngine.Automatic, SuiteCode.None).Name(SuiteCode.None));
        Assert.Equal("OpenSSL", choice.For(CipherEngine.Automatic, SuiteCode.ChaCha20Poly1305).Name(SuiteCode.ChaCha20Poly1305));
        Assert.Equal("OpenSSL", choice.For(CipherEngine.OpenSsl, SuiteCode.Aes256Gcm).Name(SuiteCode.Aes256Gcm));
    }

    [Fact]
    public void For_CommunicatorNamesAnEngine_OverridesTheJob() => Assert.Equal(
        "OpenSSL",
            new EngineChoice(CipherEngine.IpsecMb, () => Missing).For(CipherEngine.OpenSsl, SuiteCode.Aes256Gcm).Name(SuiteCode.Aes256Gcm));
}
