using System.Globalization;

namespace SecureCollectives.Membership;

/// <summary>The ids of communicators into which the ranks of another split. Each holds the ids of all that it was split from.</summary>
internal static class GroupId
{
    /// <summary>Bytes of the parent's instance in the id, which is another each time that the parent is opened.</summary>
    private const int MarkBytes = 4;

    private const char Separator = '/';

    /// <param name="parent">The id of the communicator that splits.</param>
    /// <param name="instance">What its ranks have drawn together.</param>
    /// <param name="split">Which of its splits.</param>
    /// <param name="color">Which group.</param>
    public static string Of(string parent, ReadOnlySpan<byte> instance, int split, int color) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{parent}{Separator}{split}.{color}-{Convert.ToHexStringLower(instance[..MarkBytes])}");

    /// <summary>Whether an id is a group's, or that of a group of some of its ranks.</summary>
    /// <param name="id">The id.</param>
    /// <param name="group">The group's.</param>
    public static bool IsOfOrWithin(string id, string group) =>
        id.StartsWith(group, StringComparison.Ordinal) && (id.Length == group.Length || id[group.Length] == Separator);
}
