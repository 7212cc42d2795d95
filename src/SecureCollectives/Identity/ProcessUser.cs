using System.Runtime.InteropServices;

namespace SecureCollectives.Identity;

/// <summary>The user and groups with whose permissions this process opens files.</summary>
/// <param name="User">The effective user id.</param>
/// <param name="Groups">The effective group id and the supplementary group ids.</param>
internal sealed partial record ProcessUser(uint User, IReadOnlyCollection<uint> Groups)
{
    public const uint Root = 0;

    /// <summary>The current user and groups.</summary>
    public static ProcessUser Current
    {
        get
        {
            var groups = new uint[Math.Max(0, GetGroups(0, [])) + 1];
            var count = Math.Max(0, GetGroups(groups.Length - 1, groups));
            return new ProcessUser(EffectiveUser(), [EffectiveGroup(), .. groups.AsSpan(0, count)]);
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint EffectiveGroup();

    [LibraryImport("libc", EntryPoint = "getgroups")]
    private static partial int GetGroups(int size, uint[] groups);
}
