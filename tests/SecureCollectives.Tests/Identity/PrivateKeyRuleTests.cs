using System.Runtime.Versioning;
using SecureCollectives.Identity;

namespace SecureCollectives.Tests.Identity;

/// <summary>The rule for private key files, for every owner, group and mode.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PrivateKeyRuleTests
{
    private const uint Me = 1654;
    private const uint MyGroup = 2000;
    private const string Path = "/etc/identity/tls.key";

    private static readonly ProcessUser Process = new(Me, [Me, MyGroup]);

    /// <summary>Restates the rule independently, and compares it for all 512 modes and several owners.</summary>
    [Fact]
    public void Fault_EveryModeOfEveryOwner_IsAsTheRuleSays()
    {
        for (var mode = 0; mode <= 0x1FF; mode++)
        {
            var (group, others) = ((mode >> 3) & 7, mode & 7);
            foreach (var (owner, ofGroup, process) in new[]
            {
                (Me, MyGroup, Process), (0U, MyGroup, Process), (0U, 3000U, Process), (0U, 0U, Process), (500U, MyGroup, Process),
                (0U, 0U, new ProcessUser(0, [0])), (0U, 3000U, new ProcessUser(0, [0])), (Me, 0U, new ProcessUser(0, [0])),
            })
            {
                var mayBe = owner == process.User || owner == 0;
                var isClosed = others == 0 && group == 0;
                var isRootsForOneOfMyGroups = others == 0 && group == 4 && owner == 0 && process.Groups.Contains(ofGroup);
                var fault = PrivateKeyRule.Fault(new FileStatus(owner, ofGroup, (UnixFileMode)mode, false), process, Path);
                Assert.True(
                    fault is null == (mayBe && (isClosed || isRootsForOneOfMyGroups)),
                    $"{owner}:{ofGroup} {Convert.ToString(mode, 8)} for {process.User}: {fault}");
            }
        }
    }

    /// <summary>A refusal suggests only actions that the reader is able to take.</summary>
    [Theory]
    [InlineData(Me, MyGroup, "0640", false, "Run: chmod 600 '/etc/identity/tls.key'")]
    [InlineData(Me, MyGroup, "0604", false, "Run: chmod 600 '/etc/identity/tls.key'")]
    [InlineData(0U, MyGroup, "0444", false, "Only root can change it: chmod o=,g=r '/etc/identity/tls.key'")]
    [InlineData(0U, 3000U, "0440", false, "securityContext.fsGroup")]
    [InlineData(0U, MyGroup, "0444", true, "on a read-only mount: change what is mounted; for a Kubernetes volume set defaultMode: 0400")]
    [InlineData(Me, MyGroup, "0644", true, "on a read-only mount")]
    [InlineData(500U, MyGroup, "0400", true, "belongs to another user of this machine (user id 500)")]
    public void Fault_RefusedFile_SaysWhatTheReaderCanDo(uint owner, uint group, string mode, bool isReadOnly, string words)
    {
        var fault = PrivateKeyRule.Fault(
            new FileStatus(owner, group, (UnixFileMode)Convert.ToInt32(mode, 8), isReadOnly), Process, Path);

        Assert.Contains(words, fault, StringComparison.Ordinal);
        Assert.False(isReadOnly && fault!.Contains("chmod", StringComparison.Ordinal), fault);
    }
}
