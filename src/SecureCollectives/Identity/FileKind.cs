namespace SecureCollectives.Identity;

/// <summary>File types, as encoded in the type bits of a Linux file mode (inode(7)).</summary>
internal enum FileKind
{
    NamedPipe = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    Socket = 0xC000,
}
