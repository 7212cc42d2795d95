using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing.IpsecMb;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Which engine a communicator gets, and that ranks need not have the same.</summary>
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
            "mixed", new CommunicatorOptions { Engine = job.Rank == rankWithIpsecMb ? CipherEngine.IpsecMb : CipherEngine.OpenSsl }))).WaitAsync(Limit);
        var buffers = members.Select(member => Enumerable.Range(0, 700_001).Select(index => (float)(index % 1000) + member.Rank).ToArray()).ToArray();

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

        await using var communicator = await job.OpenCommunicatorAsync("automatic", new CommunicatorOptions());

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

        var failure = await Assert.ThrowsAsync<MembershipException>(() => job.OpenCommunicatorAsync("forced", new CommunicatorOptions { Engine = CipherEngine.IpsecMb }));

        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains($"the package {IpsecMbLibrary.Package} brings it", failure.Message);
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

    [Fact]
    public async Task Open_IpsecMbForASuiteThatItHasNot_IsRefused()
    {
        await using var cluster = new LocalCluster(1);
        var job = await cluster.JoinAsync(cluster.Options(0));
        var options = new CommunicatorOptions { Engine = CipherEngine.IpsecMb, Suite = CipherSuite.ChaCha20Poly1305 };

        var failure = await Assert.ThrowsAsync<MembershipException>(() => job.OpenCommunicatorAsync("none", options));

        Assert.Contains("Engine IpsecMb has no ChaCha20Poly1305", failure.Message);
    }

    [Fact]
    public void For_WhatNeedsNoLibrary_DoesNotLookForIt()
    {
        var choice = new EngineChoice(CipherEngine.Automatic, () => throw new InvalidOperationException("It was looked for."));

        Assert.Equal("none", choice.For(CipherEngine.Automatic, SuiteCode.None).Name(SuiteCode.None));
        Assert.Equal("OpenSSL", choice.For(CipherEngine.Automatic, SuiteCode.ChaCha20Poly1305).Name(SuiteCode.ChaCha20Poly1305));
        Assert.Equal("OpenSSL", choice.For(CipherEngine.OpenSsl, SuiteCode.Aes256Gcm).Name(SuiteCode.Aes256Gcm));
    }

    [Fact]
    public void For_CommunicatorThatSaysItself_DoesNotAskTheJob() => Assert.Equal(
        "OpenSSL", new EngineChoice(CipherEngine.IpsecMb, () => Missing).For(CipherEngine.OpenSsl, SuiteCode.Aes256Gcm).Name(SuiteCode.Aes256Gcm));
}
