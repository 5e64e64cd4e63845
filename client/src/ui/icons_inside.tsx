/** The icons that are only shown behind the entrance. */

import { Icon, type IconProps } from './icon';

export const SendIcon = (props: IconProps) => <Icon {...props}><path d="M4.6 12 3.4 5.1c-.2-1 .8-1.7 1.7-1.3l15 7.1c.9.4.9 1.8 0 2.2l-15 7.1c-.9.4-1.9-.3-1.7-1.3L4.6 12Zm0 0h7.2" /></Icon>;
export const LockIcon = (props: IconProps) => <Icon {...props}><rect x="5" y="10.5" width="14" height="9.5" rx="2.5" /><path d="M8 10.5V7.8a4 4 0 0 1 8 0v2.7" /></Icon>;
export const PlusIcon = (props: IconProps) => <Icon {...props}><path d="M12 5v14M5 12h14" /></Icon>;
export const XIcon = (props: IconProps) => <Icon {...props}><path d="m6 6 12 12M18 6 6 18" /></Icon>;
export const TrashIcon = (props: IconProps) => <Icon {...props}><path d="M4.5 6.8h15M9.3 6.8V5.3c0-.7.5-1.3 1.2-1.3h3c.7 0 1.2.6 1.2 1.3v1.5M6.5 6.8l.8 11.4c.1 1 .9 1.8 1.9 1.8h5.6c1 0 1.8-.8 1.9-1.8l.8-11.4M10.2 11v5M13.8 11v5" /></Icon>;
export const EditIcon = (props: IconProps) => <Icon {...props}><path d="m4 20 .9-4.2L15.6 5.1a1.8 1.8 0 0 1 2.6 0l.7.7a1.8 1.8 0 0 1 0 2.6L8.2 19.1 4 20ZM13.6 7.1l3.3 3.3" /></Icon>;
export const ReplyIcon = (props: IconProps) => <Icon {...props}><path d="M9.5 6 4 11.2l5.5 5.2M4.4 11.2h8.9a6.2 6.2 0 0 1 6.2 6.2v1.1" /></Icon>;
export const SmileIcon = (props: IconProps) => <Icon {...props}><circle cx="12" cy="12" r="8.3" /><path d="M8.4 13.8a4 4 0 0 0 7.2 0M9.3 9.6v.1M14.7 9.6v.1" /></Icon>;
export const CopyIcon = (props: IconProps) => <Icon {...props}><rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2.5" /><path d="M15.5 8.5V6.4A2.4 2.4 0 0 0 13.1 4H6.4A2.4 2.4 0 0 0 4 6.4v6.7a2.4 2.4 0 0 0 2.4 2.4h2.1" /></Icon>;
export const LinkIcon = (props: IconProps) => <Icon {...props}><path d="M10.2 13.8a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M13.8 10.2a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2" /></Icon>;
export const MenuIcon = (props: IconProps) => <Icon {...props}><path d="M4.5 7h15M4.5 12h15M4.5 17h15" /></Icon>;
export const UsersIcon = (props: IconProps) => <Icon {...props}><circle cx="9" cy="8.3" r="3.3" /><path d="M3 19.2c.4-3.3 2.9-5.2 6-5.2s5.6 1.9 6 5.2M15.6 5.4a3.2 3.2 0 0 1 0 5.9M17.6 14.5c1.9.7 3.1 2.3 3.4 4.7" /></Icon>;
export const SettingsIcon = (props: IconProps) => <Icon {...props}><path d="M4 7.5h9M17.6 7.5H20M4 16.5h2.4M11 16.5h9" /><circle cx="15.3" cy="7.5" r="2.3" /><circle cx="8.7" cy="16.5" r="2.3" /></Icon>;
export const LogoutIcon = (props: IconProps) => <Icon {...props}><path d="M13.5 4.5H7A2.5 2.5 0 0 0 4.5 7v10A2.5 2.5 0 0 0 7 19.5h6.5M10 12h10M16.4 8.2 20.2 12l-3.8 3.8" /></Icon>;
export const ArrowDownIcon = (props: IconProps) => <Icon {...props}><path d="M12 5v14M6 13l6 6 6-6" /></Icon>;
export const BackIcon = (props: IconProps) => <Icon {...props}><path d="m14.5 6.5-5.5 5.5 5.5 5.5" /></Icon>;
export const BellIcon = (props: IconProps) => <Icon {...props}><path d="M6.2 10.4a5.8 5.8 0 0 1 11.6 0c0 4.9 1.9 6.1 1.9 6.1H4.3s1.9-1.2 1.9-6.1M10 19.6a2.3 2.3 0 0 0 4 0" /></Icon>;
export const BellOffIcon = (props: IconProps) => <Icon {...props}><path d="M8 6.2a5.8 5.8 0 0 1 9.8 4.2c0 2 .3 3.3.7 4.3M16 16.5H4.3s1.9-1.2 1.9-6.1c0-.5 0-.9.1-1.3M10 19.6a2.3 2.3 0 0 0 4 0M4 4l16 16" /></Icon>;
export const VolumeIcon = (props: IconProps) => <Icon {...props}><path d="M4 9.8v4.4h3.2l4.6 3.7V6.1L7.2 9.8H4ZM15.4 9.2a4 4 0 0 1 0 5.6M17.9 6.7a7.5 7.5 0 0 1 0 10.6" /></Icon>;
export const WifiOffIcon = (props: IconProps) => <Icon {...props}><path d="M8.8 15.7a4.5 4.5 0 0 1 6.4 0M5.6 12.5a9 9 0 0 1 4-2.4M14.2 10.1c1.6.4 3 1.2 4.2 2.4M2.6 9.3A13.3 13.3 0 0 1 7 6.500M11.5 5.400c3.6-.200 7.3 1.2 9.9 3.900M12 19.200v.1M4 3.500l16 17" /></Icon>;
export const MoreIcon = (props: IconProps) => <Icon {...props}><path d="M5.5 12h.01M12 12h.01M18.5 12h.01" strokeWidth="2.8" /></Icon>;
export const KeyIcon = (props: IconProps) => <Icon {...props}><circle cx="8" cy="15.5" r="3.8" /><path d="m10.8 12.7 8.4-8.400M15.4 8.100l2.7 2.700M18 5.500l2 2" /></Icon>;
export const UserIcon = (props: IconProps) => <Icon {...props}><circle cx="12" cy="8.3" r="3.7" /><path d="M4.8 19.800c.6-3.6 3.5-5.6 7.2-5.600s6.6 2 7.2 5.6" /></Icon>;
export const KeyboardIcon = (props: IconProps) => <Icon {...props}><rect x="3" y="6" width="18" height="12" rx="2.5" /><path d="M7 10h.01M10.4 10h.01M13.7 10h.01M17 10h.01M8.5 14h7" /></Icon>;
